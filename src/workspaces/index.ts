/** The door of the workspaces room. */
export { changeWorkspace, createWorkspace, readWorkspace, workspaceForm, type WorkspaceChange } from "./workspaces.ts";
