/** The door of the heart: publications, their states, and the engine that alone calls a platform's publish. */
export { Publishing } from "./publishing.ts";
export type { PublicationView, ProblemView, TimelineLine } from "./views.ts";
export { placesIn, placesPerChannel } from "./places.ts";
export { canGo, arrows } from "./states.ts";
