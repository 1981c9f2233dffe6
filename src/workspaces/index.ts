/** The door of the workspaces room. */
export {
  changeWorkspace,
  createWorkspace,
  graceFields,
  readWorkspace,
  workspaceForm,
  type WorkspaceChange,
} from "./workspaces.ts";
