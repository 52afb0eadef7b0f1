// Between weights and pixels. A view is the state on a map of so many device pixels.
import {hasRowForm} from './api.js';
import {limits, state} from './state.js';

/** The map in device pixels, and how many of them are one of CSS. */
export const map = {cols: 1, rows: 1, ratio: 1};

const steps = [16, 19, 23, 27];
const largestWhole = 2 ** 53;

export const isCheap = () => hasRowForm() && !state.field.startsWith('train') && !map.slow;

/** The smallest pixel: neighbouring doubles at the plane's far side of the view. */
export function smallestSpan(x = state.x, y = state.y) {
  const reach = Math.max(Math.abs(x), Math.abs(y), 2 ** -40);
  return 2 ** (Math.floor(Math.log2(reach)) - 51) * Math.min(map.cols, map.rows);
}
const largestSpan = limits.span[1];

/** The pitch m·2^n nearest to a pixel size whose points are exact this far out. */
export function nearestPitch(size, reach) {
  let best = null;
  for (let n = Math.floor(Math.log2(size)) - 5; n <= Math.floor(Math.log2(size)) - 3; ++n)
    for (const m of steps) {
      const d = m * 2 ** n;
      if ((m === 16 ? reach / d : reach / 2 ** n) > largestWhole / 2) continue;
      const off = Math.abs(Math.log(d / size));
      if (!best || off < best.off) best = {m, n, d, off};
    }
  return best ?? {m: 16, n: Math.ceil(Math.log2(reach)) - 56, d: 2 ** (Math.ceil(Math.log2(reach)) - 52)};
}

/** Pixel sizes of the state. */
export function pixelSize() {
  const dy = state.span / Math.min(map.cols, map.rows);
  return {dx: dy * state.aspect, dy};
}

/** The view of the state as it can be asked for: as it is, or on the lattice. */
export function currentView() {
  const {cols, rows} = map;
  const {dx, dy} = pixelSize();
  if (isCheap()) {
    const view = {cols, rows, dx, dy, x0: state.x - (cols - 1) / 2 * dx, y0: state.y - (rows - 1) / 2 * dy};
    view.x1 = state.x + (cols - 1) / 2 * dx;
    view.y1 = state.y + (rows - 1) / 2 * dy;
    return view;
  }
  const x = nearestPitch(dx, Math.abs(state.x) + cols * dx), y = nearestPitch(dy, Math.abs(state.y) + rows * dy);
  const kx = Math.round((state.x - (cols - 1) / 2 * x.d) / x.d), ky = Math.round((state.y - (rows - 1) / 2 * y.d) / y.d);
  return {cols, rows, dx: x.d, dy: y.d, x0: kx * x.d, y0: ky * y.d, x1: (kx + cols - 1) * x.d, y1: (ky + rows - 1) * y.d,
    lattice: {kx, mx: x.m, nx: x.n, ky, my: y.m, ny: y.n}};
}

/** Where a view is, in the words of a request. */
export const placeOf = ({x0, x1, y0, y1, cols, rows, lattice}) => ({...(lattice ?? {x0, x1, y0, y1}), w: cols, h: rows});

/** The state that has exactly this lattice view, or pixels that doubles tell apart; nothing to change where it does already. */
export function settledState() {
  const view = currentView();
  if (!view.lattice) return view.x0 < view.x1 && view.y0 < view.y1 ? {} : zoomed(1, 1, map.cols / 2, map.rows / 2);
  return {x: view.x0 + (view.cols - 1) / 2 * view.dx, y: view.y0 + (view.rows - 1) / 2 * view.dy,
    span: view.dy * Math.min(view.cols, view.rows), aspect: view.dx / view.dy};
}

export const sameView = (a, b) => a.cols === b.cols && a.rows === b.rows && a.x0 === b.x0 && a.x1 === b.x1 &&
  a.y0 === b.y0 && a.y1 === b.y1;

/** Device pixels of the map, from its upper left corner, of a point, and back. Pixel centres are at halves. */
export function toPixel(x, y) {
  const {dx, dy} = pixelSize();
  return [(x - state.x) / dx + map.cols / 2, (state.y - y) / dy + map.rows / 2];
}
export function toWeights(px, py) {
  const {dx, dy} = pixelSize();
  return [state.x + (px - map.cols / 2) * dx, state.y - (py - map.rows / 2) * dy];
}

/** The state zoomed by factors (below 1: closer) about a pixel that stays where it is. */
export function zoomed(fx, fy, px, py) {
  const [x, y] = toWeights(px, py);
  const {dx, dy} = pixelSize();
  const least = smallestSpan() / Math.min(map.cols, map.rows), most = largestSpan / Math.min(map.cols, map.rows);
  const clamp = (d, f) => Math.min(Math.max(d * f, least), most) / d;
  const gx = clamp(dx, fx), gy = clamp(dy, fy);
  return {x: x + (state.x - x) * gx, y: y + (state.y - y) * gy, span: state.span * gy, aspect: state.aspect * gx / gy};
}
