/** Who is on the sandbox's Instagram: professional accounts, two of them linked to Pages, and a personal one. */

export interface Account {
  id: string;
  /** The account's other id, which each app sees differently. */
  appScopedId: string;
  username: string;
  name: string;
  type: "BUSINESS" | "MEDIA_CREATOR" | "PERSONAL";
  followers: number;
}

// The first two have the ids under which meta/seeds.ts links them to Pages.
export const accounts: readonly Account[] = [
  {
    id: "17841400000000011",
    appScopedId: "25013000000000011",
    username: "miraokafor",
    name: "Mira Okafor",
    type: "MEDIA_CREATOR",
    followers: 4200,
  },
  {
    id: "17841400000000021",
    appScopedId: "25013000000000021",
    username: "harbourkitchen",
    name: "Harbour Kitchen",
    type: "BUSINESS",
    followers: 96_200,
  },
  {
    id: "17841400000000031",
    appScopedId: "25013000000000031",
    username: "jonfalk",
    name: "Jon Falk",
    type: "PERSONAL",
    followers: 87,
  },
];

export const accountOf = (id: string) => accounts.find((account) => account.id === id);
