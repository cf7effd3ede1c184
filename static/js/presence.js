/** Entry of every page of one order: who else is on it. */

import { startPresence } from "./ops/presence.js";

startPresence();
