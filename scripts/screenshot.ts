/** Makes docs/screenshot.png: a post that went out, as the demo leaves it (node scripts/run.mjs scripts/screenshot.ts). */
import path from "node:path";
import { platforms } from "../src/platforms/index.ts";
import { openBrowser } from "../test/support/browser.ts";
import { DemoPanel } from "./demo/panel.ts";

const root = path.dirname(import.meta.dirname);
const demo = await DemoPanel.start(3900);
const browser = await openBrowser();
try {
  await demo.signUp();
  for (const platform of platforms) await demo.connect(platform);
  const media = await demo.upload(path.join(root, "test", "fixtures", "media", "clip.mp4"));
  const { id } = await demo.schedule("Low tide at six, and the whole bay to ourselves", media, Date.now());
  while (!demo.post(id).publications.every((one) => one.url !== null)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { page } = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${demo.url}/sign-in`);
  await page.getByLabel("Email").fill(demo.email);
  await page.getByLabel("Password").fill(demo.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL((url) => url.pathname !== "/sign-in");
  await page.goto(`${demo.url}/posts/${id}`);
  await page.evaluate("document.fonts.ready.then(() => true)");
  await page.screenshot({ path: path.join(root, "docs", "screenshot.png") });
  console.log("docs/screenshot.png is made.");
} finally {
  await browser.close();
  await demo.stop();
}
