/** The door of the workspaces room. */
export { changeWorkspace, readWorkspace, workspaceForm, type WorkspaceChange } from "./workspaces.ts";
