/** What an operator does at Google before YouTube works live. */
import type { AppGuide } from "../contract.ts";

export const guide: AppGuide = {
  consoleUrl: "https://console.cloud.google.com/apis/credentials",
  steps: [
    "Create a project in the Google Cloud console; one project serves this install only.",
    "Under APIs and services, Library, enable YouTube Data API v3. It can take a few minutes to take effect.",
    "Under Google Auth Platform, fill in the consent screen: app name, support address, home page, privacy policy and terms.",
    "Under Data access, add the scopes youtube.upload, youtube.readonly and youtube.force-ssl.",
    "Under Clients, create an OAuth client of the type Web application and add the redirect address shown here, letter for letter.",
    "Copy the client id and the client secret into this install's settings.",
    "Under Audience, publish the app. While it is in testing, every sign-in ends after seven days, and one made in testing keeps that end: connect those channels again afterwards.",
    "Until Google has verified the app, people see a warning page at consent and at most 100 people can ever connect. For verification Google asks for a domain of your own, a privacy policy and a short video of the consent.",
    "A new project may upload 100 videos a day, counted from midnight Pacific time and shared by all channels. More is granted through Google's audit form.",
  ],
  manageAccessUrl: "https://myaccount.google.com/permissions",
  legal: [
    { text: "YouTube Terms of Service", href: "https://www.youtube.com/t/terms" },
    { text: "Google Privacy Policy", href: "http://www.google.com/policies/privacy" },
    { text: "Google security settings", href: "https://security.google.com/settings/security/permissions" },
  ],
};
