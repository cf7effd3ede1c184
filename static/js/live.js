/** Entry of the operations pages: live rows and cells, connection state. */

import { offerNewBuild, startBanner } from "./live/banner.js";
import { hooks } from "./live/morph.js";
import { connect } from "./live/socket.js";

hooks.rewire = (element, rewired) => htmx.process(element, rewired);
document.addEventListener("live:rules", ({ detail }) => Object.assign(hooks, detail)); // of the page's own script, which comes after this one
startBanner();
offerNewBuild();
document.addEventListener("DOMContentLoaded", connect); // no batch comes before all scripts of the page have run
