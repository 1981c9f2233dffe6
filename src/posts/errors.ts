/** What the posts room throws beside a plain Refusal: another version is current, or the post has problems. */
import { Refusal } from "../web/index.ts";
import type { FullPost, PostProblem } from "./shapes.ts";

/** Somebody saved in between; nothing was stored. `current` is the post as it stands. */
export class VersionConflict extends Refusal {
  readonly current: FullPost;

  constructor(current: FullPost) {
    super(409, {
      title: "This post was changed elsewhere",
      message: "Somebody saved it after you opened it. Nothing was overwritten.",
      next: "Look at the post as it stands now and make your change again.",
    });
    this.name = "VersionConflict";
    this.current = current;
  }
}

/** The post cannot be stored or cannot go out as it is; nothing was changed. */
export class PostRefused extends Refusal {
  readonly problems: PostProblem[];

  constructor(problems: PostProblem[]) {
    super(422, {
      title: "This post cannot go out as it is",
      message: problems.map((one) => one.message).join(" "),
      next: "Correct what is named and try again. Nothing was handed over.",
    });
    this.name = "PostRefused";
    this.problems = problems;
  }
}

export function onItsWay(): Refusal {
  return new Refusal(409, {
    title: "This post is on its way",
    message: "A part of it is being sent, was published or waits to be confirmed. Nothing was changed.",
    next: "See how it stands; duplicate it to send a changed version.",
  });
}

export function isOutThere(): Refusal {
  return new Refusal(409, {
    title: "This post is out in the world",
    message:
      "Deleting it here would not take it down there, and Postern would forget where it is. Nothing was changed.",
    next: "Keep it, and delete it at the platform if you want it gone.",
  });
}
