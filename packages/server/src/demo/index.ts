export { type DemoLoaded, loadDemo, readCast } from './load.ts';
