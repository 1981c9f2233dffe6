/** Channels for the making of one page: each is looked up once, however many posts go to it. */
import type { Channels, ChannelView } from "../../channels/index.ts";

/** As `channels`, without asking again; `known` are channels of the workspace that are at hand already. */
export function foundOnce(channels: Channels, known: readonly ChannelView[] = []): Pick<Channels, "find"> {
  const found = new Map<string, ChannelView | null>(known.map((one) => [`${one.workspaceId} ${one.id}`, one]));
  return {
    find(workspaceId, id) {
      const key = `${workspaceId} ${id}`;
      let one = found.get(key);
      if (one === undefined) found.set(key, (one = channels.find(workspaceId, id)));
      return one;
    },
  };
}
