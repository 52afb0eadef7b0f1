// Training runs: from clicked points, and from under the pointer; played, stepped, raced.
import {get, info, newest, trainingParameters} from './api.js';
import {points, set, state} from './state.js';
import {map, toPixel} from './geometry.js';
import {number} from './format.js';
import {line, redraw} from './map.js';
import {plot} from './plot.js';
import {theme} from './axes.js';

const $ = id => document.getElementById(id);
const curve = $('curve'), time = $('time'), list = $('runs'), play = $('play');

/** Told apart also by those who see fewer colours (Okabe and Ito's, and three more). */
const colors = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7', '#ffffff', '#a0522d', '#7fffd4'];

let runs = [], live = [], shownUpTo = Infinity, playing = 0;
/** For tests. */
export const trained = () => ({runs, live, shownUpTo});

function runsOf(buffer) {
  const list = [], view = new DataView(buffer);
  for (let at = 0; at < buffer.byteLength;) {
    const count = view.getUint32(at + 4, true);
    list.push({optimizer: info.optimizers[view.getUint32(at, true)], firstBelow: view.getInt32(at + 8, true),
      diverged: view.getUint32(at + 12, true) === 1, at: new Float64Array(buffer.slice(at + 16, at + 16 + 24 * count)), count});
    at += 16 + 24 * count;
  }
  return list;
}

async function descend(x, y, iterations) {
  const parameters = state.race ? {optimizers: info.optimizers.join(',')} : {};
  for (const name of new Set(Object.values(info.parameters).flat()))
    if (state.race) Object.assign(parameters, trainingParameters(info.optimizers.find(o => info.parameters[o].includes(name))));
  Object.assign(parameters, trainingParameters(), {tolerance: state.tolerance});
  if (state.race) delete parameters.optimizer;
  const reply = await get('api/path', {x, y, cell: state.cell, data: state.data, ...parameters, iterations});
  return runsOf(await reply.arrayBuffer());
}

// Under the pointer 

const askLive = newest(async (x, y) => {
  const found = await descend(x, y, Math.min(state.iterations, 500));
  live = state.live && wanted ? found : [];
  redraw();
});
let wanted = false;
export function follow(place) {
  wanted = Boolean(place) && state.live && !playing;
  if (wanted) askLive(...place);
  else if (live.length) { live = []; redraw(); }
}

// From clicked points 

const maxStarts = 8;
export function start(x, y) {
  const all = [...points(state.starts), [x, y]].slice(-maxStarts);
  shownUpTo = Infinity;
  set({starts: all.map(pair => pair.join(',')).join(';')});
}
export const clear = () => { stop(); set({starts: ''}); };

export const retrain = newest(async () => {
  const starts = points(state.starts);
  const found = [];
  for (const [x, y] of starts) found.push(...await descend(x, y, state.iterations));
  found.forEach((run, i) => { run.color = colors[i % colors.length]; });
  runs = found;
  const longest = Math.max(state.iterations, 1);
  time.max = longest;
  if (!runs.length) shownUpTo = Infinity;
  if (shownUpTo >= longest) time.value = longest;
  showRuns();
});

function showRuns() {
  list.replaceChildren(...runs.map(run => {
    const item = document.createElement('li'), dot = document.createElement('canvas'), end = document.createElement('span');
    dot.width = dot.height = 1;
    const paint = dot.getContext('2d');
    paint.fillStyle = run.color;
    paint.fillRect(0, 0, 1, 1);
    const last = run.at[3 * run.count - 1];
    end.textContent = run.diverged ? `diverged after ${run.count - 1}` :
      `loss ${number(last, 3)}` + (run.firstBelow >= 0 ? `, reached after ${run.firstBelow}` : '');
    item.append(dot, run.optimizer, end);
    return item;
  }));
  drawCurve();
  redraw();
}

export function drawCurve() {
  if (!curve.clientWidth) return;
  const look = theme();
  const lines = runs.map(run => {
    const x = [], y = [], stride = Math.max(Math.floor(run.count / 400), 1);
    for (let i = 0; i < run.count; i += stride) { x.push(i); y.push(Math.log10(run.at[3 * i + 2])); }
    return {x, y, color: run.color === '#ffffff' ? look.quiet : run.color};
  });
  plot(curve, look, lines, {title: runs.length ? 'loss by iteration' : 'loss by iteration (click the map)',
    labels: ['0', String(state.iterations)], top10: Math.max(...runs.map(run => Math.log10(run.at[2]))) + 3, marker: runs.length && shownUpTo < state.iterations ? shownUpTo : undefined});
}

/** Paths over the picture: whole ones thin, what has been played thick, with a dot. */
export function drawRuns(context, look) {
  if (!state.paths) return;
  const unit = map.ratio * look.em / 14;
  context.lineJoin = 'round';
  const stroke = (run, count, color, width) => {
    line(context, count, i => [run.at[3 * i], run.at[3 * i + 1]]);
    context.lineWidth = (width + 2) * unit;
    context.strokeStyle = 'rgb(0 0 0 / 55%)';
    context.stroke();
    context.lineWidth = width * unit;
    context.strokeStyle = color;
    context.stroke();
  };
  for (const [i, run] of live.entries()) {
    stroke(run, run.count, live.length > 1 ? colors[i % colors.length] : '#ff9f40', 1.4);
    dot(context, run, run.count - 1, live.length > 1 ? colors[i % colors.length] : '#ff9f40', 3 * unit);
  }
  for (const run of runs) {
    const count = Math.min(run.count, shownUpTo + 1);
    stroke(run, count, run.color, 2);
    dot(context, run, 0, '#fff', 3 * unit);
    dot(context, run, count - 1, run.color, 4.5 * unit);
  }
}

function dot(context, run, i, color, radius) {
  const [x, y] = toPixel(run.at[3 * i], run.at[3 * i + 1]);
  if (!(Math.abs(x) < 1e5 && Math.abs(y) < 1e5)) return;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 1.2 * map.ratio;
  context.strokeStyle = '#000';
  context.stroke();
}

// Time 

function showUpTo(iteration) {
  shownUpTo = iteration;
  time.value = iteration;
  time.setAttribute('aria-valuetext', `iteration ${Math.floor(iteration)}`);
  drawCurve();
  redraw();
}

export function stop() {
  cancelAnimationFrame(playing);
  playing = 0;
  play.textContent = '▶';
  play.setAttribute('aria-label', 'Play');
}

export function togglePlay() {
  if (playing) { stop(); return; }
  if (!runs.length) start(state.x, state.y);
  const longest = Number(time.max);
  let at = shownUpTo >= longest ? 0 : shownUpTo, before = performance.now();
  play.textContent = '⏸';
  play.setAttribute('aria-label', 'Pause');
  const turn = now => {
    at += (now - before) / 1000 * Number($('speed').value);
    before = now;
    showUpTo(Math.min(Math.floor(at), longest));
    if (at >= longest) stop();
    else playing = requestAnimationFrame(turn);
  };
  playing = requestAnimationFrame(turn);
}

play.addEventListener('click', togglePlay);
$('step').addEventListener('click', () => { stop(); showUpTo(shownUpTo >= Number(time.max) ? 0 : shownUpTo + 1); });
time.addEventListener('input', () => { stop(); showUpTo(Number(time.value)); });
$('clear').addEventListener('click', clear);
document.addEventListener('visibilitychange', () => { if (document.hidden) stop(); });
new ResizeObserver(drawCurve).observe(curve);
