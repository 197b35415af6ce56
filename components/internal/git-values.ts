import { text } from "./values.ts";

/** A commit of git, by its full hash. */
export const Commit = text(/^[0-9a-f]{40}$/, "must be a full commit hash of 40 hexadecimal digits").meta({
  examples: ["9fceb02d0ae598e95dc970b74767f19372d61af8"],
});

/** What git takes for the name of a branch or a tag, after git-check-ref-format; `more` are further characters. */
const refName = (more = "") =>
  new RegExp(
    `^(?=.{1,244}$)(?!-|/|@$|HEAD$|refs/)(?!.*(?:\\.\\.|@\\{|\\.$))(?:(?:^|/)(?!\\.)(?![^/]*\\.lock(?:/|$))[^\\s\\x7f~^:\\\\/${more === "" ? "?*[\\]" : ""}]+)+$`,
  );

/** A branch of git, `main` or `release/1.2`. */
export const Branch = text(refName(), "must be a branch name such as main or release/1.2").meta({
  examples: ["main", "release/1.2"],
});

/** Names of tags with `*`, `?` and `[…]` for any characters, `v*`. */
export const TagPattern = text(refName("patterns"), "must be a pattern of tag names such as v*").meta({
  examples: ["v*", "v[0-9]*"],
});

/** A login at GitHub; those that a company manages end in its short name, `ada_acme`. */
const login = "[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:_[A-Za-z0-9]{1,38})?";

/** A person by login, `octocat` or `ada_acme`. */
export const Login = text(
  new RegExp(`^(?=.{1,39}$)${login}$`),
  "must be a GitHub login such as octocat",
).meta({ examples: ["octocat"] });

/** A person or a program by login, `renovate[bot]`. */
export const LoginOrBot = text(
  new RegExp(`^(?=.{1,39}(?:\\[bot\\])?$)${login}(?:\\[bot\\])?$`),
  "must be a GitHub login such as octocat or renovate[bot]",
).meta({ examples: ["octocat", "renovate[bot]"] });

/** A GitHub repository with its owner, `tinkertools/tinkertools`. */
export const RepositoryName = text(
  new RegExp(`^(?=[^/]{1,39}/)${login}/(?!\\.{1,2}$|.*\\.git$)[A-Za-z0-9._-]{1,100}$`, "i"),
  "must be owner/repository, such as tinkertools/tinkertools",
).meta({ examples: ["tinkertools/tinkertools"] });
