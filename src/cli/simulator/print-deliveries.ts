import type { DeliveryJson } from '../../simulator/control/json-types.js';
import { paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { deliveryCells } from './lines.js';

/** Prints attempts that were made just now; the exit code is 1 unless one of them was acknowledged. */
export function printDeliveries(deliveries: readonly DeliveryJson[], json: boolean): void {
  const colours = paint(process.stdout);
  console.log(
    json ? JSON.stringify(deliveries, null, 2) : table(deliveries.map((each) => deliveryCells(each, colours))),
  );
  if (!deliveries.some(({ acknowledged }) => acknowledged)) process.exitCode = 1;
}
