// What is known of a point: under the pointer, or the one that the panel keeps.
import {get, newest, pictureParameters} from './api.js';
import {points, remember, set, state} from './state.js';
import {map, pixelSize, toPixel, toWeights} from './geometry.js';
import {coordinate, minus, number} from './format.js';
import {redraw} from './map.js';
import {plot} from './plot.js';
import {theme, fieldLabel} from './axes.js';

const values = document.getElementById('values'), trace = document.getElementById('trace');
const inputs = [document.getElementById('point-x'), document.getElementById('point-y')];
const behaviour = document.getElementById('behaviour'), predictions = document.getElementById('predictions');

let last = null;
/** What the panel shows; for tests. */
export const point = () => last;

const kept = () => points(state.at)[0] ?? null;

const ask = newest(async (x, y) => {
  const reply = await get('api/point', {x, y, ...pictureParameters()});
  last = await reply.json();
  show();
});

/** Shows the point of a pixel, or the kept one, or the middle. */
export function showPoint(pixel) {
  const [x, y] = pixel ? toWeights(pixel[0], pixel[1]) : kept() ?? [state.x, state.y];
  ask(x, y);
}

function show() {
  const {dx, dy} = pixelSize(), typing = inputs.includes(document.activeElement);
  if (!typing) {
    inputs[0].value = coordinate(last.x, dx);
    inputs[1].value = coordinate(last.y, dy);
  }
  const rows = Object.entries(last.fields).map(([field, value]) => [fieldLabel(field), field === 'train-steps'
    ? {'-1': 'not reached', '-2': 'diverged'}[value] ?? String(value) : number(value, 7)]);
  rows[0][1] += ` ± ${number(last.loss_error, 1)}`;
  if (last.valley !== undefined) rows.push(['valley at', number(last.valley, 7)]);
  values.replaceChildren(...rows.flatMap(([name, text]) => {
    const term = document.createElement('dt'), value = document.createElement('dd');
    term.textContent = name;
    value.textContent = text;
    return [term, value];
  }));
  drawTrace();
  behaviour.textContent = `Gradient ${minus(last.trace.last)} at the last state, ${minus(last.trace.first)} at the first: ${last.trace.behaviour}.`;
  predictions.textContent = 'Predicts ' + last.predictions.map(({target, prediction}) => `${number(prediction, 3)} for ${target}`).join(', ') + '.';
}

export function drawTrace() {
  if (!last || !trace.clientWidth) return;
  const look = theme(), {steps_back: steps, log10, sign} = last.trace;
  const y = log10.map(value => typeof value === 'number' ? value : NaN);
  plot(trace, look, [{x: steps, y, color: look.accent, dots: steps.length <= 60 ? sign : null}],
    {title: 'gradient through time (○ negative)', labels: ['last state', `${steps.at(-1)} steps back`]});
}

for (const input of inputs)
  input.addEventListener('change', () => {
    const [x, y] = inputs.map(one => Number(one.value.replace('−', '-')));
    const right = Number.isFinite(x) && Number.isFinite(y);
    for (const one of inputs) one.classList.toggle('wrong', !right);
    if (!right) return;
    set({at: `${x},${y}`});
    remember(50);
    showPoint(null);
  });

/** A ring around the kept point. */
export function drawPoint(context) {
  const at = kept();
  if (!at) return;
  const [x, y] = toPixel(...at);
  if (!(Math.abs(x) < 1e5 && Math.abs(y) < 1e5)) return;
  for (const [color, width] of [['#fff', 4], ['#111', 1.8]]) {
    context.strokeStyle = color;
    context.lineWidth = width * map.ratio;
    context.beginPath();
    context.arc(x, y, 6 * map.ratio, 0, 7);
    context.stroke();
  }
}
new ResizeObserver(drawTrace).observe(trace);
addEventListener('gradscape-theme', () => { drawTrace(); redraw(); });
