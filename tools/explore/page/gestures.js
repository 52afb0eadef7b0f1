// Mouse, wheel, fingers and keys on the map.
import {remember, set, state} from './state.js';
import {map, toWeights, zoomed} from './geometry.js';
import {pixelOf, redraw, whileMoving} from './map.js';

const overlay = document.getElementById('overlay');

/** What is going on: the rectangle that is drawn over the map, or null. */
export const gesture = {box: null, pointer: null};
let actions = {};
/** hover([px, py] or null), click([x, y]), and unclick() when two clicks were a double click. */
export function whenPointed(given) { actions = given; }

let settling = 0;
/** The end of a gesture: the view is remembered. */
function rest(delay = 250) {
  clearTimeout(settling);
  settling = setTimeout(() => { settling = 0; redraw(); }, delay);
  remember(delay + 200);
}
export const isResting = () => settling === 0 && fingers.size === 0;
whileMoving(() => !isResting());

function pan(dx, dy) {
  const [x, y] = toWeights(map.cols / 2 - dx, map.rows / 2 - dy);
  set({x, y});
}

export function zoomBy(fx, fy, px = map.cols / 2, py = map.rows / 2) {
  set(zoomed(fx, fy, px, py));
  rest();
}

// Fingers, the mouse being one 

const fingers = new Map();  // by pointer: where it was last
let travelled = 0, begun = null;

overlay.addEventListener('pointerdown', event => {
  if (event.button > 0) return;
  overlay.setPointerCapture(event.pointerId);
  const at = pixelOf(event);
  fingers.set(event.pointerId, at);
  if (fingers.size === 1) { travelled = 0; begun = {at, box: event.shiftKey}; }
  else { travelled = Infinity; gesture.box = null; }
});

overlay.addEventListener('pointermove', event => {
  const at = pixelOf(event), before = fingers.get(event.pointerId);
  if (!before) {
    gesture.pointer = inMap(at) ? at : null;
    actions.hover?.(gesture.pointer);
    return;
  }
  travelled += Math.hypot(at[0] - before[0], at[1] - before[1]);
  if (fingers.size === 2) {
    const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const spread = p => Math.max(Math.hypot(p[0] - other[0], p[1] - other[1]), 1);
    const middle = p => [(p[0] + other[0]) / 2, (p[1] + other[1]) / 2];
    const from = middle(before), to = middle(at), factor = spread(before) / spread(at);
    set(zoomed(factor, factor, ...from));
    pan(to[0] - from[0], to[1] - from[1]);
  } else if (begun?.box) {
    gesture.box = [...begun.at, ...at];
    redraw();
  } else if (travelled > 4 * map.ratio) {
    overlay.classList.add('dragging');
    pan(at[0] - before[0], at[1] - before[1]);
  } else {
    return;  // a click, so far; what was travelled counts from where it began
  }
  fingers.set(event.pointerId, at);
});

function release(event) {
  if (!fingers.delete(event.pointerId)) return;
  overlay.classList.remove('dragging');
  if (fingers.size) return;
  rest(30);
  const at = pixelOf(event);
  if (gesture.box) {
    const [x0, y0] = gesture.box;
    gesture.box = null;
    if (Math.abs(at[0] - x0) > 8 && Math.abs(at[1] - y0) > 8) zoomToBox(x0, y0, ...at);
    redraw();
  } else if (event.type === 'pointerup' && travelled <= 4 * map.ratio && inMap(at)) {
    actions.click?.(toWeights(...begun.at));
  }
}
overlay.addEventListener('pointerup', release);
overlay.addEventListener('pointercancel', release);
overlay.addEventListener('pointerleave', () => {
  if (!fingers.size) { gesture.pointer = null; actions.hover?.(null); }
});

const inMap = ([x, y]) => x >= 0 && y >= 0 && x < map.cols && y < map.rows;

function zoomToBox(x0, y0, x1, y1) {
  const [x, y] = toWeights((x0 + x1) / 2, (y0 + y1) / 2);
  const fx = Math.abs(x1 - x0) / map.cols, fy = Math.abs(y1 - y0) / map.rows;
  const factor = Math.max(fx, fy), next = zoomed(factor, factor, map.cols / 2, map.rows / 2);
  set({x, y, span: next.span, aspect: next.aspect});
}

overlay.addEventListener('wheel', event => {
  event.preventDefault();
  const [px, py] = pixelOf(event);
  // Pages and lines are larger than pixels; Shift turns the wheel sideways.
  const turn = (event.deltaY || event.deltaX) * [1, 16, 400][event.deltaMode] * (event.ctrlKey ? 4 : 1);
  const factor = Math.exp(Math.max(Math.min(turn, 400), -400) * 0.0016);
  zoomBy(event.altKey ? 1 : factor, event.shiftKey ? 1 : factor, px, py);
}, {passive: false});

overlay.addEventListener('dblclick', event => { actions.unclick?.(); zoomBy(0.5, 0.5, ...pixelOf(event)); });

// Keys 

const home = () => { set({x: 0, y: 0, span: 6, aspect: 1}); rest(30); };
const step = 0.08;
const moves = {ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};

overlay.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || (event.altKey && !/^[-+=_]$/.test(event.key))) return;  // Alt+Left is Back
  const move = moves[event.key], side = Math.min(map.cols, map.rows) * step;
  const fx = event.altKey ? 1 : 0.8, fy = event.shiftKey && event.key.length > 1 ? 1 : 0.8;
  if (move) { pan(Math.round(move[0] * side), Math.round(move[1] * side)); rest(); }
  else if (event.key === '+' || event.key === '=') zoomBy(fx, fy);
  else if (event.key === '-' || event.key === '_') zoomBy(1 / fx, 1 / fy);
  else if (event.key === '0' || event.key === 'Home') home();
  else if (event.key === 'Enter') actions.click?.([state.x, state.y]);
  else return;
  // Somebody at the keys points at the middle.
  gesture.pointer = [map.cols / 2, map.rows / 2];
  actions.hover?.(gesture.pointer, true);
  event.preventDefault();
});

/** The box being drawn, and the middle for those who use keys. */
export function drawGesture(context, look) {
  if (gesture.box) {
    const [x0, y0, x1, y1] = gesture.box;
    context.strokeStyle = look.accent;
    context.fillStyle = 'rgb(128 180 255 / 22%)';
    context.lineWidth = 1.5 * map.ratio;
    context.fillRect(x0, y0, x1 - x0, y1 - y0);
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
  if (document.activeElement === overlay && overlay.matches(':focus-visible')) {
    const x = map.cols / 2, y = map.rows / 2, arm = 9 * map.ratio;
    for (const [color, width] of [['#fff', 3], ['#000', 1]]) {
      context.strokeStyle = color;
      context.lineWidth = width * map.ratio;
      context.beginPath();
      context.moveTo(x - arm, y); context.lineTo(x + arm, y);
      context.moveTo(x, y - arm); context.lineTo(x, y + arm);
      context.stroke();
    }
  }
}
overlay.addEventListener('focus', redraw);
overlay.addEventListener('blur', redraw);
