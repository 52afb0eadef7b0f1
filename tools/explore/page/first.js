// What the first picture needs, and no more: the server draws it while the rest of the page is fetched.
import {info} from './api.js';
import {choices, declare, followHistory} from './state.js';
import {resize} from './map.js';

// Parameters and names that only the server knows, before the first state is read.
for (const [name, value] of Object.entries(info.training)) declare(name, value);
Object.assign(choices, {cell: info.cells, field: info.fields, palette: info.palettes, style: ['', ...info.styles],
  scale: ['', ...info.scales], optimizer: info.optimizers, data: info.data.map((_, i) => i)});

followHistory();
if (innerWidth < 760) for (const details of document.querySelectorAll('#panel details:not(#point)')) details.open = false;
resize();  // which asks for the picture
import('./main.js');
