/** Every setting: its name, form, default and a sentence for .env.example. */
import { z } from "zod";

/** Platforms whose app credentials may come from the environment. */
const PLATFORMS = ["TIKTOK", "YOUTUBE", "INSTAGRAM", "FACEBOOK", "PINTEREST", "LINKEDIN"] as const;

const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && url.pathname === "/") return url.origin;
  context.addIssue({ code: "custom", message: "must be like https://postern.example.org, without a path" });
  return z.NEVER;
});

const address = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:/.test(text), "must be an http or https address");

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);

const masterKey = z.string().refine((text) => Buffer.from(text, "base64").length === 32, "must be 32 bytes in base64");

export interface Setting {
  form: z.ZodType;
  secret?: true;
  example: string;
  about: string;
}

export const settings: Readonly<Record<string, Setting>> = {
  PORT: { form: whole(0, 65535).default(3000), example: "3000", about: "Port to listen on." },
  HOST: {
    form: z.string().min(1).default("127.0.0.1"),
    example: "127.0.0.1",
    about: "Address to listen on; 0.0.0.0 inside a container.",
  },
  PUBLIC_URL: {
    form: origin.optional(),
    example: "https://postern.example.org",
    about: "Where people and platforms reach this install. Default: http with HOST and PORT.",
  },
  DATA_DIR: {
    form: z.string().min(1).default("./data"),
    example: "./data",
    about: "Folder for database, media and backups.",
  },
  MASTER_KEY_FILE: {
    form: z.string().min(1).optional(),
    example: "/etc/postern/postern.key",
    about: "File with the master key. Default: postern.key in DATA_DIR, made on first start with mode 0600.",
  },
  MASTER_KEY: {
    form: masterKey.optional(),
    secret: true,
    example: "",
    about: "The master key itself, 32 bytes in base64, instead of a file.",
  },
  PLATFORM_MODE: {
    form: z.enum(["sandbox", "live"]).default("sandbox"),
    example: "sandbox",
    about: "sandbox: nothing leaves this machine. live: the real platforms.",
  },
  PLATFORM_SANDBOX_URL: {
    form: address.optional(),
    example: "",
    about: "Where sandbox requests go. Default: Postern's own /sandbox.",
  },
  LOG_LEVEL: {
    form: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    example: "info",
    about: "How much is logged.",
  },
  MAX_UPLOAD_MB: {
    form: whole(1, 262_144).default(4000),
    example: "4000",
    about: "Largest file that may be uploaded, in MB (a thousand to the GB).",
  },
  TRUST_PROXY: {
    form: z.string().min(1).optional(),
    example: "127.0.0.1",
    about: "Address of the reverse proxy whose X-Forwarded headers are believed. Leave out without a proxy.",
  },
  ALLOW_PRIVATE_HOSTS: {
    form: z.string().default(""),
    example: "",
    about: "host:port pairs, comma-separated, that imports may fetch although they are private.",
  },
  SECURITY_CONTACT: {
    form: z
      .string()
      .regex(
        /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/,
        "must be like mailto:security@example.org or https://example.org/security",
      )
      .max(500)
      .optional(),
    example: "mailto:security@example.org",
    about: "Whom to tell about a weakness of this install; shown at /.well-known/security.txt.",
  },
  ...Object.fromEntries(
    PLATFORMS.flatMap((name): Array<[string, Setting]> => [
      [
        `${name}_CLIENT_ID`,
        {
          form: z.string().min(1).optional(),
          example: "",
          about: `App credentials for ${name.toLowerCase()}; may also be entered on the admin page.`,
        },
      ],
      [`${name}_CLIENT_SECRET`, { form: z.string().min(1).optional(), secret: true, example: "", about: "" }],
    ]),
  ),
  FACEBOOK_CONFIG_ID: {
    form: z.string().regex(/^\d+$/, "must be the number of a configuration").optional(),
    example: "",
    about: "Configuration of Facebook Login for Business, which then holds the permissions that are asked for.",
  },
};
