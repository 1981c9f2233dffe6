/** Instagram, held to what every platform must survive. */
import { conformance } from "../conformance.ts";

const api = "graph.instagram.com/v26.0";
// Accounts, containers and posts are told apart by how their ids begin.
const account = "17841400000000011";

conformance({
  id: "instagram",
  name: "Instagram",
  options: { kind: "reel" },
  requests: {
    first: `POST ${api}/${account}/media`,
    deciding: `POST ${api}/${account}/media_publish`,
    status: `GET ${api}/1790`,
  },
  // The file is processed before anything is sent for good; stuck is the publishing itself.
  processing: { fails: "fail:2207026", never: "stuck" },
});
