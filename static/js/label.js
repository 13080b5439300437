// @ts-check
// The labeling screen: starts its parts, and joins keys, ring, outbox and strip.
import { LabelScreen } from "./label/screen.js";
import { Outbox } from "./label/outbox.js";
import { openStore } from "./label/store.js";

const root = /** @type {HTMLElement} */ (document.getElementById("label"));
const scope = `${root.dataset.user}-${root.dataset.project}`;
const store = await openStore(scope, "memoryOnly" in root.dataset);
const screen = new LabelScreen(root, (ring) => new Outbox(store, { url: root.dataset.outbox ?? "", scope, user: Number(root.dataset.user), ring }));
await screen.start();
root.dataset.started = ""; // from here on, keys are heard
