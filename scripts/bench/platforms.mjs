// Stands where the platforms are: takes TikTok and YouTube uploads and Facebook posts, keeps no byte, notes when each came.
// Addresses are /<real host>/<real path>, as everything that stands in for the platforms. GET /record tells what came.
import { createServer } from "node:http";

/** Bytes a second that one YouTube upload may have, as a line would; 0 = as fast as it comes. */
const pace = Number(process.argv[2] ?? 0);
const arrived = [];
const opened = new Map();
let ids = 0;

const server = createServer((request, reply) => {
  answer(request, reply).catch((error) => reply.writeHead(500).end(String(error)));
});
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", () => console.log(`ready ${server.address().port}`));

async function answer(request, reply) {
  const url = new URL(request.url, "http://here");
  const own = `http://127.0.0.1:${server.address().port}`;
  const json = (body, status = 200, headers = {}) =>
    reply.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  const tiktok = (data) => json({ data, error: { code: "ok", message: "", log_id: "1" } });

  if (url.pathname === "/record") return json(arrived.splice(0));
  if (url.pathname === "/bytes") {
    await swallow(request);
    return reply.writeHead(200).end();
  }
  if (url.pathname.endsWith("/creator_info/query/")) return tiktok(creator);
  if (url.pathname.endsWith("/video/init/")) {
    const body = JSON.parse(await text(request));
    const id = `v_pub_file~${++ids}`;
    opened.set(id, body.post_info?.title ?? "");
    return tiktok({ publish_id: id, upload_url: `${own}/open-upload.tiktokapis.com/video/${id}` });
  }
  if (url.pathname.startsWith("/open-upload.tiktokapis.com/")) {
    await swallow(request);
    const [, last, size] = /bytes \d+-(\d+)\/(\d+)/.exec(request.headers["content-range"]);
    const whole = Number(last) + 1 === Number(size);
    if (whole) note(opened.get(url.pathname.split("/").at(-1)));
    return reply.writeHead(whole ? 201 : 206).end();
  }
  if (url.pathname.endsWith("/status/fetch/")) {
    await swallow(request);
    return tiktok({ status: "PUBLISH_COMPLETE", publicaly_available_post_id: [String(++ids)], uploaded_bytes: 0 });
  }
  if (url.pathname.includes("/upload/youtube/v3/videos")) {
    if (request.method === "POST") {
      const body = JSON.parse(await text(request));
      const id = String(++ids);
      opened.set(id, body.snippet.title);
      return reply
        .writeHead(200, { location: `${own}/www.googleapis.com/upload/youtube/v3/videos?upload_id=${id}` })
        .end();
    }
    await swallow(request, pace);
    const [, last, size] = /bytes \d+-(\d+)\/(\d+)/.exec(request.headers["content-range"]);
    if (Number(last) + 1 < Number(size)) return reply.writeHead(308, { range: `bytes=0-${last}` }).end();
    return json(video(opened.get(url.searchParams.get("upload_id"))));
  }
  if (url.pathname.endsWith("/youtube/v3/videos")) return json({ items: [video("")] });
  if (url.pathname.endsWith("/feed") && request.method === "POST") {
    note(new URLSearchParams(await text(request)).get("message"));
    return json({ id: `${url.pathname.split("/").at(-2)}_${++ids}` });
  }
  if (url.pathname.startsWith("/graph.facebook.com/"))
    return json({ permalink_url: "https://www.facebook.com/1/posts/1", data: [] });
  return json({ error: `nothing at ${url.pathname}` }, 404);
}

const creator = {
  creator_nickname: "Ada",
  creator_username: "ada",
  creator_avatar_url: "",
  privacy_level_options: ["PUBLIC_TO_EVERYONE", "SELF_ONLY"],
  comment_disabled: false,
  duet_disabled: false,
  stitch_disabled: false,
  max_video_post_duration_sec: 3600,
};

function video(title) {
  const snippet = { title, description: "", channelId: "UCbench", categoryId: "22" };
  return {
    kind: "youtube#video",
    id: "bench000001",
    snippet,
    status: { uploadStatus: "processed", privacyStatus: "private" },
  };
}

function note(said) {
  arrived.push({ said, at: Date.now() });
}

async function swallow(request, bytesPerSecond = 0) {
  const begun = performance.now();
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    const ahead = bytesPerSecond ? (bytes / bytesPerSecond) * 1000 - (performance.now() - begun) : 0;
    if (ahead > 5) await new Promise((resolve) => setTimeout(resolve, ahead));
  }
}

async function text(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}
