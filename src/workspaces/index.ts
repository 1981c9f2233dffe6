/** The door of the workspaces room. */
export {
  changeWorkspace,
  createWorkspace,
  eraseWorkspace,
  graceFields,
  readWorkspace,
  workspaceForm,
  type WorkspaceChange,
} from "./workspaces.ts";
