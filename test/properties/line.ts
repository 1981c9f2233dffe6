/** A platform that tells the truth over a line that does not: what can happen to one publication, drawn by chance. */
import fc from "fast-check";
import type { ProblemKind } from "../../src/platforms/index.ts";

/** How a step fails before anything deciding was sent. */
export type Early = "transient" | "rate_limited" | "signed_out" | "rejected" | "bug" | "crash";
/** What becomes of the deciding request. */
export type Deciding =
  | { effect: true; answer: "published" | "waiting" | "inbox" | "lost" | "bug" | "crash" }
  | { effect: false; answer: "lost" | "never_sent" | "rate_limited" | "signed_out" | "rejected" | "crash" };
/** How the platform answers a question. */
export type Asked = "truth" | "later" | "unknown" | ProblemKind | "bug" | "crash";

export type Event =
  | { is: "step"; early: Early | null; interrupt: "cancel" | "sign_out" | null; deciding: Deciding; asked: Asked }
  | { is: "cancel" | "retry" | "confirm" | "sign_out" | "reconnect" | "again" | "processing_fails" }
  | { is: "wait"; hours: number };

const early: fc.Arbitrary<Early | null> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Early>("transient", "rate_limited", "signed_out", "rejected", "bug", "crash"),
  },
);

const deciding: fc.Arbitrary<Deciding> = fc.oneof(
  fc.record({
    effect: fc.constant(true as const),
    answer: fc.constantFrom("published", "waiting", "inbox", "lost", "bug", "crash"),
  }),
  fc.record({
    effect: fc.constant(false as const),
    answer: fc.constantFrom("lost", "never_sent", "rate_limited", "signed_out", "rejected", "crash"),
  }),
) as fc.Arbitrary<Deciding>;

const asked = fc.oneof(
  { weight: 5, arbitrary: fc.constant("truth" as const) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Asked>("later", "unknown", "transient", "rate_limited", "signed_out", "bug", "crash"),
  },
);

const step = fc.record({
  is: fc.constant("step" as const),
  early,
  interrupt: fc.oneof(
    { weight: 6, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom("cancel" as const, "sign_out" as const) },
  ),
  deciding,
  asked,
});

export const events: fc.Arbitrary<Event[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: step },
    {
      weight: 3,
      arbitrary: fc.record({
        is: fc.constantFrom(
          "cancel" as const,
          "retry" as const,
          "confirm" as const,
          "sign_out" as const,
          "reconnect" as const,
          "again" as const,
          "processing_fails" as const,
        ),
      }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 80 }) }) },
  ),
  { minLength: 1, maxLength: 30 },
);
