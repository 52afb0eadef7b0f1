// The map: the last picture moved under the current view at once, and what is drawn over it.
import {set, state} from './state.js';
import {currentView, map, pixelSize, settledState, smallestSpan, toPixel} from './geometry.js';
import {refresh, shown, whenPainted} from './frames.js';
import {drawAxes, drawColorBar, margins, theme} from './axes.js';
import {number} from './format.js';

const picture = document.getElementById('picture'), overlay = document.getElementById('overlay');
const onPicture = picture.getContext('2d', {alpha: false}), onOverlay = overlay.getContext('2d');
const room = document.getElementById('map');

/** The picture's place on the map, in CSS pixels. */
export const box = {x: 0, y: 0, width: 1, height: 1};
let look = theme(), colors = null, layers = [], frame = 0, isMoving = () => false;

/** Layers draw over the picture: layer(context, look), in device pixels of the picture. */
export function addLayer(layer) { layers.push(layer); }

/** The map is drawn anew in the next frame; what is missing is asked for. */
export function redraw() {
  if (!frame) frame = requestAnimationFrame(() => { frame = 0; drawNow(); });
}
// However the view was changed: costly pictures come to rest on their lattice.
function drawNow() { if (!isMoving()) set(settledState()); refresh(); draw(); }
/** By whom a view is known that is not at rest. */
export function whileMoving(callback) { isMoving = callback; }
export const isDrawn = () => frame === 0;

export function resize() {
  look = theme();
  const ratio = devicePixelRatio || 1, width = room.clientWidth, height = room.clientHeight;
  const space = margins(width, look.em);
  // Whole device pixels, so that a cell is one.
  const whole = length => Math.max(Math.round(length * ratio), 1);
  const left = whole(space.left), top = whole(space.top);
  map.cols = Math.min(whole(width - space.left - space.right), 8192);
  map.rows = Math.min(whole(height - space.top - space.bottom), 8192);
  map.ratio = ratio;
  Object.assign(box, {x: left / ratio, y: top / ratio, width: map.cols / ratio, height: map.rows / ratio, bar: space.bar});
  fitCanvas(picture, map.cols, map.rows, ratio);
  picture.style.left = `${box.x}px`;
  picture.style.top = `${box.y}px`;
  fitCanvas(overlay, whole(width), whole(height), ratio);
  drawNow();
}

function fitCanvas(canvas, cols, rows, ratio) {
  if (canvas.width !== cols) canvas.width = cols;
  if (canvas.height !== rows) canvas.height = rows;
  canvas.style.width = `${cols / ratio}px`;
  canvas.style.height = `${rows / ratio}px`;
}

function place(image) {
  const {view} = image, {dx, dy} = pixelSize();
  const sx = view.dx / dx, sy = view.dy / dy;
  // The picture's first pixel centre and the map's, half a pixel from their edges.
  let x = (view.x0 - view.dx / 2 - state.x) / dx + map.cols / 2;
  let y = (state.y - view.y1 - view.dy / 2) / dy + map.rows / 2;
  const moved = Math.abs(sx - 1) < 1e-9 && Math.abs(sy - 1) < 1e-9;
  if (moved) { x = Math.round(x); y = Math.round(y); }
  onPicture.imageSmoothingEnabled = sx < 1 || sy < 1;
  onPicture.drawImage(image.canvas, x, y, moved ? view.cols : view.cols * sx, moved ? view.rows : view.rows * sy);
}

function draw() {
  onPicture.fillStyle = look.line;
  onPicture.fillRect(0, 0, map.cols, map.rows);
  if (shown.base) place(shown.base);
  if (shown.top && shown.top.number > (shown.base?.number ?? 0)) place(shown.top);
  onOverlay.setTransform(1, 0, 0, 1, 0, 0);
  onOverlay.clearRect(0, 0, overlay.width, overlay.height);
  onOverlay.save();
  onOverlay.setTransform(1, 0, 0, 1, box.x * map.ratio, box.y * map.ratio);
  onOverlay.beginPath();
  onOverlay.rect(0, 0, map.cols, map.rows);
  onOverlay.clip();
  for (const layer of layers) layer(onOverlay, look);
  onOverlay.restore();
  onOverlay.setTransform(map.ratio, 0, 0, map.ratio, 0, 0);
  drawAxes(onOverlay, box, look);
  if (box.bar && colors) drawColorBar(onOverlay, box, look, colors);
  describe();
}

const status = document.getElementById('status'), precision = document.getElementById('precision');
let busySince = 0;

function describe() {
  const now = performance.now();
  if (!shown.busy) busySince = 0;
  else if (!busySince) { busySince = now; setTimeout(redraw, 1100); }
  const percent = () => shown.top ? Math.floor(100 * shown.top.done / (map.cols * map.rows)) : 0;
  const wait = busySince && now - busySince > 1000;
  const text = shown.error || (wait ? `Computing, the middle first: ${percent()} %` : '');
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle('error', Boolean(shown.error));
  const facts = shown.facts;
  if (!facts || shown.busy) return;  // in motion there is no time to read
  const {dx} = pixelSize(), atEnd = state.span <= smallestSpan() * 1.01;
  const words = `${facts.precision === 'f64' ? 'double' : 'single'} precision, pixel ${number(dx, 3)}; ` +
    `values ${number(facts.min, 4)} to ${number(facts.max, 4)}` + (facts.non_finite ? `, ${facts.non_finite} not finite` : '') +
    (atEnd ? '. This is the end of zoom: neighbouring pixels are neighbouring doubles' : '');
  if (precision.textContent !== words) precision.textContent = words;
}

/** Device pixels of the picture from an event, and back from weights to CSS pixels of the overlay. */
export function pixelOf(event) {
  const place = overlay.getBoundingClientRect();
  return [(event.clientX - place.left - box.x) * map.ratio, (event.clientY - place.top - box.y) * map.ratio];
}

/** A line through points of weights, clipped far outside so that no number is too large to draw. */
export function line(context, count, at) {
  context.beginPath();
  let pen = false;
  const far = 1e5;
  for (let i = 0; i < count; ++i) {
    const [x, y] = toPixel(...at(i));
    if (!(Math.abs(x) < far && Math.abs(y) < far)) { pen = false; continue; }
    if (pen) context.lineTo(x, y); else context.moveTo(x, y);
    pen = true;
  }
}

export const isSettled = () => Boolean(shown.base && !shown.busy && isDrawn() &&
  JSON.stringify(shown.base.view) === JSON.stringify(currentView()));

whenPainted(redraw, table => { colors = table; });
new ResizeObserver(resize).observe(room);
export function retheme() { look = theme(); redraw(); }
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', retheme);
