// One's own second factor, and how one proves who one is.

import { api } from '../wire/api.js';
import { resource } from './resource.js';

export const own = resource(() => api.factor());
