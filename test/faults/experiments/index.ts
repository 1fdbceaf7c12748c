import type { Experiment } from '../experiment.js';
import { controls } from './controls.js';
import { copies } from './copies.js';
import { crashMatrix } from './crash-matrix.js';
import { cuts } from './cuts.js';
import { dropped } from './dropped.js';
import { restarts } from './restarts.js';
import { slowHandlers } from './slow-handlers.js';
import { stored } from './stored.js';
import { storms } from './storms.js';

export const EXPERIMENTS: Experiment[] = [
  ...storms,
  ...slowHandlers,
  ...crashMatrix,
  ...copies,
  ...restarts,
  ...cuts,
  ...stored,
  ...dropped,
  ...controls,
];
