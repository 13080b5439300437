// @ts-check
// Loaded on every page. Each import does one job and starts itself.
import "./csrf.js";
import "./live.js";
import "./toasts.js";
import "./swaps.js";
import "./dialogs.js";
import "./copying.js";
import "./nav.js";
