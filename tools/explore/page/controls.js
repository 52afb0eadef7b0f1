// The toolbar's and the panel's controls: each shows a name of the state, and sets it.
import {info, option} from './api.js';
import {defaults, onChange, parsed, remember, set, state} from './state.js';
import {number} from './format.js';

const $ = id => document.getElementById(id);
const controls = () => document.querySelectorAll('[data-key]');

function fill(select, texts, values = texts) {
  select.append(...texts.map((text, i) => new Option(text, values[i])));
}

export function makeControls() {
  fill($('cell'), info.cells);
  fill($('field'), info.fields);
  fill($('palette'), info.palettes);
  fill($('style'), info.styles);
  fill($('scale'), info.scales);
  fill($('optimizer'), info.optimizers);
  fill($('data'), info.data.map(set => set.name), info.data.map((_, i) => i));
  $('about').textContent = `Gradscape ${info.version}, evaluated by ${info.backend}` +
    (info.backend === 'cuda' ? ` on ${info.devices.join(', ')}` : ` (${info.simd})`) + '.';
  document.addEventListener('change', event => take(event.target));
  onChange(names => { show(names); if (names.has('optimizer')) makeParameters(); });
  makeParameters();
  show();
}

function take(control) {
  const name = control.dataset?.key;
  if (!name) return;
  const value = control.type === 'checkbox' ? control.checked : parsed(name, control.value.replaceAll('−', '-'));
  control.classList.toggle('wrong', value === undefined);
  if (value === undefined) return;
  // Another field comes with its own colours.
  set({...(name === 'field' && {style: '', scale: '', levels: '', range: ''}), [name]: value});
  if (typeof value === 'number') control.value = textOf(value);
  remember(50);
}

const textOf = value => typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);

function show(names) {
  for (const control of controls()) {
    if (names && !names.has(control.dataset.key)) continue;
    const value = state[control.dataset.key];
    if (control === document.activeElement && control.type !== 'checkbox' && control.tagName !== 'SELECT') continue;
    if (control.type === 'checkbox') control.checked = value;
    else if (control.value !== textOf(value)) control.value = textOf(value);
  }
  showSweep();
}

/** A field for each parameter that the optimiser reads: what is shown is what is used. */
function makeParameters() {
  const names = info.parameters[state.optimizer];
  $('parameters').replaceChildren(...[...names, 'tolerance'].map(name => {
    const label = document.createElement('label'), input = document.createElement('input');
    input.dataset.key = name;
    input.inputMode = 'decimal';
    input.value = textOf(state[name]);
    label.append(option(name).replaceAll('-', ' '), input);
    return label;
  }));
  const before = $('sweep-name').value;
  $('sweep-name').replaceChildren();
  fill($('sweep-name'), names.map(name => name.replaceAll('_', ' ')), names);
  if (names.includes(before)) $('sweep-name').value = before;
  showSweep();
}

// A parameter by slider: factors of its usual value, or the whole range of one between 0 and 1 ---------

const sweep = $('sweep'), isShare = name => /momentum|decay|beta|eta_minus/.test(name);
let sweeping = 0;

function valueAt(name, at) {
  if (isShare(name)) return Number(Math.min(Math.max((at + 1) / 2, 0.001), 0.999).toPrecision(3));
  if (name === 'eta_plus') return Number((1 + (defaults[name] - 1) * 10 ** at).toPrecision(4));
  if (name === 'clip_norm') return at <= -0.999 ? 0 : Number((10 ** (3 * at)).toPrecision(3));
  return Number((defaults[name] * 10 ** (2 * at)).toPrecision(3));
}

function placeOf(name) {
  const value = state[name];
  if (isShare(name)) return value * 2 - 1;
  if (name === 'eta_plus') return Math.log10((value - 1) / (defaults[name] - 1));
  if (name === 'clip_norm') return value === 0 ? -1 : Math.log10(value) / 3;
  return Math.log10(value / defaults[name]) / 2;
}

function showSweep() {
  const name = $('sweep-name').value;
  if (!name) return;
  if (document.activeElement !== sweep && !sweeping) sweep.value = placeOf(name);
  sweep.setAttribute('aria-valuetext', `${name} ${number(state[name])}`);
}

function sweepTo(at) {
  const name = $('sweep-name').value;
  set({[name]: valueAt(name, at)});
  for (const input of $('parameters').querySelectorAll('input')) if (input.dataset.key === name) input.value = textOf(state[name]);
}
sweep.addEventListener('input', () => sweepTo(Number(sweep.value)));
sweep.addEventListener('change', () => remember(50));
$('sweep-name').addEventListener('change', showSweep);

/** There and back, as fast as pictures come; `isReady` says when the next step may be. */
export function makeSweepPlay(isReady) {
  const button = $('sweep-play');
  let direction = 1;
  const stop = () => { cancelAnimationFrame(sweeping); sweeping = 0; button.textContent = '▶'; remember(50); };
  const turn = () => {
    if (isReady()) {
      let at = Number(sweep.value) + direction * 0.01;
      if (Math.abs(at) >= 1) { at = Math.sign(at); direction = -direction; }
      sweep.value = at;
      sweepTo(at);
    }
    sweeping = requestAnimationFrame(turn);
  };
  button.addEventListener('click', () => {
    if (sweeping) { stop(); return; }
    button.textContent = '⏸';
    sweeping = requestAnimationFrame(turn);
  });
  document.addEventListener('visibilitychange', () => { if (document.hidden && sweeping) stop(); });
}
