/** Who is on the sandbox's Meta: people, their Pages, business portfolios, and the Instagram accounts behind Pages. */

export interface SandboxPage {
  id: string;
  name: string;
  username: string;
  category: string;
  /** The professional Instagram account that is linked to the Page. */
  instagram?: { id: string; username: string; name: string };
}

/** What a person may do on a Page, and where Meta lists it. */
export interface Role {
  pageId: string;
  tasks: readonly string[];
  /** "own" Pages are in /me/accounts; the others only in their portfolio. */
  through: "own" | "owned_pages" | "client_pages";
}

export interface Person {
  id: string;
  name: string;
  roles: readonly Role[];
  portfolio?: { id: string; name: string };
}

const ALL = ["ANALYZE", "ADVERTISE", "MESSAGING", "MODERATE", "CREATE_CONTENT", "MANAGE"];
const LOOK_ONLY = ["ANALYZE", "MESSAGING"];

const ceramics: SandboxPage = {
  id: "270000000000011",
  name: "Mira Okafor Ceramics",
  username: "miraokaforceramics",
  category: "Artist",
  instagram: { id: "17841400000000011", username: "miraokafor", name: "Mira Okafor" },
};
const kitchen: SandboxPage = {
  id: "270000000000021",
  name: "Harbour Kitchen",
  username: "harbourkitchen",
  category: "Restaurant",
  instagram: { id: "17841400000000021", username: "harbourkitchen", name: "Harbour Kitchen" },
};
const trains: SandboxPage = { id: "270000000000022", name: "Late Trains", username: "", category: "Blog" };
const lamps: SandboxPage = { id: "270000000000023", name: "Lamp Café", username: "lampcafe", category: "Café" };
const market: SandboxPage = {
  id: "270000000000031",
  name: "Harbour Market",
  username: "",
  category: "Market",
  instagram: { id: "17841400000000041", username: "harbourmarket", name: "Harbour Market" },
};

export const pages: readonly SandboxPage[] = [ceramics, kitchen, trains, lamps, market];

const role = (page: SandboxPage, tasks: readonly string[], through: Role["through"] = "own"): Role => ({
  pageId: page.id,
  tasks,
  through,
});

/** The first has one Page; the second several, two of them lent by a portfolio; the third may only look; the last has none. */
export const people: readonly Person[] = [
  { id: "100090000000001", name: "Mira Okafor", roles: [role(ceramics, ALL)] },
  {
    id: "100090000000002",
    name: "Tomas Lind",
    roles: [
      role(kitchen, ALL),
      role(market, LOOK_ONLY),
      role(trains, ALL, "owned_pages"),
      role(lamps, ["ANALYZE", "CREATE_CONTENT"], "client_pages"),
    ],
    portfolio: { id: "930000000000002", name: "Lind and daughters" },
  },
  { id: "100090000000003", name: "Jon Falk", roles: [role(market, LOOK_ONLY)] },
  { id: "100090000000004", name: "Ana Reyes", roles: [] },
];

export const pageOf = (id: string) => pages.find((page) => page.id === id);
export const personOf = (id: string) => people.find((person) => person.id === id);
export const roleOf = (personId: string, pageId: string) =>
  personOf(personId)?.roles.find((one) => one.pageId === pageId);
/** Of an Instagram account; both ways to it name the same one. */
export const pictureOf = (username: string) => `https://scontent.cdninstagram.com/sandbox/${username}.jpg`;
