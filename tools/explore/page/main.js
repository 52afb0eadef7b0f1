// What happens when: the parts of the page meet here.
import {get, onServer, pictureParameters} from './api.js';
import {makeControls, makeSweepPlay} from './controls.js';
import {defaults, fragmentOf, isRemembering, onChange, remember, set, state, stateOf} from './state.js';
import {isBusy, shown} from './frames.js';
import {addLayer, isSettled, pixelOf, redraw, retheme} from './map.js';
import {currentView, map, placeOf, toWeights} from './geometry.js';
import {drawGesture, gesture, isResting, whenPointed} from './gestures.js';
import {drawBound, drawContours, drawValley} from './layers.js';
import {drawPoint, drawTrace, point, showPoint} from './point.js';
import {clear, drawCurve, drawRuns, follow, retrain, start, stop, togglePlay, trained} from './training.js';
import {command, copy, exportAddress, isFitted, link, openExport} from './exports.js';
import {tour} from './tour.js';

const $ = id => document.getElementById(id);
const places = ['x', 'y', 'span', 'aspect'], looks = ['palette', 'style', 'scale', 'levels', 'range'];

for (const layer of [drawBound, drawContours, drawValley, drawRuns, drawPoint, drawGesture]) addLayer(layer);

onChange(names => {
  redraw();
  const moved = places.some(name => names.has(name)), others = [...names].filter(name => !places.includes(name));
  if (others.some(name => !looks.includes(name) && name !== 'at')) retrain();
  if (others.length) showPoint(gesture.pointer);
  else if (moved && gesture.pointer) showPoint(gesture.pointer);
});

makeControls();
redraw();

// The pointer 

let clicks = [];  // the last two, with what was there before
const hint = $('hint'), goneHint = () => hint.classList.add('gone');
whenPointed({
  hover(pixel) {
    showPoint(pixel);
    follow(pixel && toWeights(...pixel));
  },
  click([x, y]) {
    goneHint();
    follow(null);
    clicks = [...clicks, {time: performance.now(), was: {starts: state.starts, at: state.at}}].slice(-2);
    start(x, y);
    set({at: `${x},${y}`});
    remember(600);  // unless it is half a double click
  },
  unclick() {
    const first = clicks.find(({time}) => performance.now() - time < 1000);
    if (first) set(first.was);
  },
});
for (const event of ['wheel', 'pointerdown', 'keydown']) $('overlay').addEventListener(event, () => setTimeout(goneHint, 1500), {once: true});

// The toolbar 

let fitting = null;
/** A range from the values in view, unless another state comes meanwhile. */
async function fitColors() {
  fitting?.abort();
  const mine = fitting = new AbortController(), asked = JSON.stringify(pictureParameters());
  const {range: _, ...parameters} = pictureParameters();
  try {
    const reply = await get('api/fit', {...placeOf(currentView()), ...parameters}, mine.signal), {range} = await reply.json();
    if (range && asked === JSON.stringify(pictureParameters())) set({range: range.join(':')});
  } catch (error) {
    if (error.name !== 'AbortError') console.info(error.message);
  }
  if (fitting !== mine) return;
  fitting = null;
  remember(50);
}
document.addEventListener('change', ({target}) => {
  if (!['cell', 'field', 'data', 'scale'].includes(target.dataset?.key) || target.dataset.key === 'scale' && !isFitted()) return;
  set({range: ''});
  if (!isFitted()) return;
  remember(5000);  // with its range
  fitColors();
});

function togglePanel(open = $('panel').hidden) {
  $('panel').hidden = !open;
  $('panel-toggle').setAttribute('aria-expanded', open);
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  retheme();
  drawTrace();
  drawCurve();
}

$('fit').addEventListener('click', fitColors);
$('copy-link').addEventListener('click', event => copy(link(), event.currentTarget));
$('copy-command').addEventListener('click', event => copy(command(), event.currentTarget));
$('export').addEventListener('click', openExport);
$('panel-toggle').addEventListener('click', () => togglePanel());
$('theme').addEventListener('click', () => {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  setTheme(dark ? 'light' : 'dark');
});

$('tour').append(new Option('choose…', ''), ...tour.map(([name], i) => new Option(name, i)));
export function visit(i) {
  const [, sentence, fragment] = tour[i];
  stop();
  set({...stateOf(fragment), live: state.live, data: state.data});
  $('tour-text').textContent = sentence;
  $('tour-text').hidden = false;
  goneHint();
  remember(50);
}
$('tour').addEventListener('change', event => {
  if (event.target.value !== '') visit(Number(event.target.value));
  else $('tour-text').hidden = true;
});
onChange(names => {  // gone elsewhere
  if (!names.has('starts') && places.some(name => names.has(name)) && $('tour').value !== '' && !isResting()) {
    $('tour').value = '';
    $('tour-text').hidden = true;
  }
});

const keys = {
  f: fitColors, p: () => togglePanel(), v: () => set({valley: !state.valley}), c: () => set({contours: !state.contours}), b: () => set({bound: !state.bound}),
  ' ': togglePlay, Escape: clear, '?': () => $('keys-dialog').showModal(),
};
addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (/INPUT|SELECT|BUTTON|SUMMARY/.test(event.target.tagName)) return;
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!action) return;
  event.preventDefault();
  action();
  remember(50);
});

// The server 

onServer(answers => {
  shown.error = answers ? '' : `The server does not answer. Start it again: gradscape explore --view '${fragmentOf()}'`;
  redraw();
});
makeSweepPlay(() => !shown.busy || shown.top);

showPoint(null);
retrain();

/** For tests and measurements. */
window.gradscape = {
  state, defaults, map, set, visit, tour, command, exportAddress, link, point, trained, fragmentOf,
  isSettled: () => isSettled() && isResting() && !isRemembering() && !isBusy() && !fitting,
  at: (clientX, clientY) => toWeights(...pixelOf({clientX, clientY})),
};
