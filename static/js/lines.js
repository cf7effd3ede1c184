/** Entry of pages whose lines are looked up while they are typed, beside ops.js. */

import "./ops/send.js";

import { startPrefill } from "./ops/prefill.js";

startPrefill();
