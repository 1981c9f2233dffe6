// The bare baseline of an upload in: the tus library on Node's own server.
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const server = new Server({
  path: "/media/uploads",
  datastore: new FileStore({ directory: process.argv[2] }),
  relativeLocation: true,
});
const listening = server.listen({ host: "127.0.0.1", port: 0 });
listening.on("listening", () => console.log(`ready ${listening.address().port}`));
