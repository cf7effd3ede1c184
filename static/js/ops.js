/** Entry of the operations pages: live updates, keyboard, selection, forms, requests, toasts, copy buttons, times. */

import "./live.js";
import { startAgo } from "./ops/ago.js";
import { startCopy } from "./ops/copy.js";
import { startForms } from "./ops/forms.js";
import { startKeys } from "./ops/keys.js";
import { startMenus } from "./ops/menus.js";
import { startPalette } from "./ops/palette.js";
import { startRequests } from "./ops/requests.js";
import { startRows } from "./ops/rows.js";
import { startToasts } from "./ops/toasts.js";

startRequests();
startToasts();
startForms();
startRows();
startKeys();
startMenus();
startPalette();
startCopy();
startAgo();
