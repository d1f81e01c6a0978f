export { readCast } from './cast.ts';
export { runSeasonCommand } from './command.ts';
export { type DemoLoaded, loadDemo } from './load.ts';
