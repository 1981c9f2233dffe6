/** The door of the config room: the environment is read here, once, and nowhere else. */
export { readConfig, ConfigError, type Config } from "./config.ts";
export { envExample, settingsTable } from "./describe.ts";
