// The one state: what the page shows is a function of it, and the fragment behind # is its text.

export const defaults = {
  x: 0, y: 0, span: 6, aspect: 1,             // centre; length of the map's shorter side; dx / dy
  data: 0, cell: 'linear', field: 'loss',
  palette: 'viridis', style: '', scale: '', levels: '', range: '',
  optimizer: 'rprop', iterations: 500,        // and the optimiser's parameters, as they are named
  live: true, race: false, starts: '',        // points w_x,w_rec;… that were clicked
  valley: false, contours: false, bound: false, grid: false, paths: true,
  at: '',                                     // the point that the panel keeps
};

/** What a name may be, where not all texts or numbers are: its values, or its least and largest. */
export const choices = {}, limits = {x: [-1e9, 1e9], y: [-1e9, 1e9], span: [1e-30, 1e6], aspect: [1e-20, 1e20]};

export const state = {...defaults};
const listeners = [];

/** Calls back with the names of what changed. */
export const onChange = callback => { listeners.push(callback); };

/** Adds a parameter of training, with its default. */
export function declare(name, value) {
  if (name in defaults) return;
  defaults[name] = value;
  state[name] = value;
}

export function set(changes) {
  const names = Object.keys(changes).filter(name => !Object.is(state[name], changes[name]));
  if (!names.length) return;
  Object.assign(state, changes);
  for (const listener of listeners) listener(new Set(names));
}

/** Text to a value of the type that the default has; undefined where it is none. */
export function parsed(name, text) {
  const like = defaults[name];
  if (typeof like === 'boolean') return text === '1' || text === 'true';
  let value = text;
  if (typeof like === 'number') {
    value = text.trim() === '' ? NaN : Number(text);
    const [least, most] = limits[name] ?? [];
    if (!Number.isFinite(value) || (least > 0 && value <= 0)) return undefined;
    if (limits[name]) value = Math.min(Math.max(value, least), most);
  }
  return choices[name]?.includes(value) === false ? undefined : value;
}

export function fragmentOf(of = state) {
  const parts = [];
  for (const [name, value] of Object.entries(of)) {
    if (Object.is(value, defaults[name])) continue;
    const text = typeof value === 'boolean' ? Number(value) : value;
    parts.push(`${name}=${encodeURIComponent(text).replace(/%2C/g, ',').replace(/%3B/g, ';').replace(/%3A/g, ':').replace(/'/g, '%27')}`);
  }
  return parts.join('&');
}

export function stateOf(fragment) {
  const result = {...defaults};
  for (const part of fragment.replace(/^#/, '').split('&')) {
    const [name, text = ''] = part.split('=');
    if (!Object.hasOwn(defaults, name)) continue;
    try {
      const value = parsed(name, decodeURIComponent(text));
      if (value !== undefined) result[name] = value;
    } catch { /* not percent-encoded: as if it were not there */ }
  }
  return result;
}

export const points = text => text.split(';').filter(Boolean).map(pair => pair.split(',').map(Number))
  .filter(pair => pair.length === 2 && pair.every(Number.isFinite));

// History: an entry for each view that somebody rested at. 

let pending = 0;

/** The state becomes a history entry when it has been left alone for a moment. */
export function remember(delay = 400) {
  clearTimeout(pending);
  pending = setTimeout(rememberNow, delay);
}

export function rememberNow() {
  clearTimeout(pending);
  pending = 0;
  const fragment = '#' + fragmentOf();
  if (fragment === (location.hash || '#')) return;
  history.pushState(null, '', fragment);
}

export function followHistory() {
  const follow = () => { clearTimeout(pending); pending = 0; set(stateOf(location.hash)); };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);
  follow();
}

export const isRemembering = () => pending !== 0;
