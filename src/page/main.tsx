import { render } from 'preact';
import { connectLive } from './api/live.js';
import { App } from './app.js';
import { followState } from './state.js';

followState();
connectLive();
render(<App />, document.getElementById('page') as HTMLElement);
