// Requests to the server that sent this page.
import {info} from './info.js';
import {defaults, state} from './state.js';

export {info};
/** So that there is a valley line. */
export const hasRowForm = () => state.cell === 'linear' && info.initial_state === 0;

const listeners = [];
let lost = false;
/** Calls back with whether the server answers, when that changes. */
export const onServer = callback => { listeners.push(callback); };
function told(isLost) {
  if (lost === isLost) return;
  lost = isLost;
  for (const listener of listeners) listener(!lost);
}

/** A reply, or an Error with the server's one line. */
export async function get(path, parameters, signal) {
  let reply;
  try {
    reply = await fetch(`${path}?${new URLSearchParams(parameters)}`, {signal});
  } catch (error) {
    if (error.name !== 'AbortError') told(true);
    throw error;
  }
  told(false);
  if (!reply.ok) throw new Error((await reply.text()).trim().replace(/^gradscape: error: /, ''));
  return reply;
}

export const option = name => name.replaceAll('_', '-');

/** The parameters that the optimiser reads and that are not as usual. */
export function trainingParameters(optimizer = state.optimizer) {
  const parameters = {};
  for (const name of ['optimizer', 'iterations', ...info.parameters[optimizer]])
    if (!Object.is(state[name], defaults[name])) parameters[option(name)] = state[name];
  return parameters;
}

export const isTrained = () => state.field.startsWith('train');

/** What colours depend on. */
export function colorParameters() {
  const parameters = {field: state.field};
  for (const name of ['palette', 'style', 'scale', 'levels', 'range'])
    if (state[name] !== '' && !(name === 'levels' && state.style === 'smooth')) parameters[name] = state[name];
  if (isTrained()) parameters.iterations = state.iterations;
  return parameters;
}

/** What a picture depends on, but for where it is. */
export function pictureParameters() {
  const parameters = {...colorParameters(), cell: state.cell};
  if (state.data) parameters.data = state.data;
  if (isTrained()) {
    Object.assign(parameters, trainingParameters());
    if (state.field === 'train-steps' && state.tolerance !== defaults.tolerance) parameters.tolerance = state.tolerance;
  }
  return parameters;
}

/** Only the newest of many requests matters: one is under way, and the last of those that came since. */
export function newest(request) {
  let busy = false, waiting = null;
  return async function ask(...args) {
    if (busy) { waiting = args; return; }
    busy = true;
    try { await request(...args); } catch (error) { if (error.name !== 'AbortError') console.info(error.message); }
    busy = false;
    if (waiting) { const next = waiting; waiting = null; ask(...next); }
  };
}
