import { userInfo } from "node:os";
import { cachePath, homePath } from "../local/home.ts";

const elsewhere = "SLIPWAY_HOME and SLIPWAY_CACHE name other folders for what slipway keeps";

/** What a person can do about an error of the operating system, by its code. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: "must be readable and writable for",
  EPERM: "must be readable and writable for",
  EROFS: "lies on a file system that cannot be written",
  ENOSPC: "has no room: the disk is full",
  EDQUOT: "has no room: the quota of this user is used up",
  EEXIST: "must be a folder",
  ENOTDIR: "must be a folder",
  EISDIR: "must be a file, and it is a folder",
  ENOENT: "is not there and cannot be made",
  EMFILE: "cannot be opened: too many files are open, see `ulimit -n`",
};

/** The same for a program that could not be started. */
const remediesOfPrograms: Readonly<Record<string, string>> = {
  EACCES: "may not be run by",
  EPERM: "may not be run by",
  ENOENT: "is not on PATH: install it",
  EAGAIN: "cannot be started: this machine allows no more processes, see `ulimit -u`",
  ENOMEM: "cannot be started: this machine has no memory left",
};

/** One sentence for an error of the file system or of a program's start; undefined for every other error. */
export function systemFault(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  // SQLITE_FULL: https://www.sqlite.org/rescode.html, 2026-11-21.
  if (error.code === "ERR_SQLITE_ERROR" && "errcode" in error && error.errcode === 13)
    return `the folder ${homePath()} has no room: the disk is full; ${elsewhere}`;
  if (!("syscall" in error)) return undefined;
  const isProgram = String(error.syscall).startsWith("spawn");
  const remedy = (isProgram ? remediesOfPrograms : remedies)[String(error.code)];
  if (remedy === undefined) return undefined;
  const path = "path" in error && typeof error.path === "string" ? error.path : undefined;
  const who = /(for|by)$/.test(remedy) ? ` the user ${userInfo().username}` : "";
  if (isProgram) return `the program ${path} ${remedy}${who}`;
  // What is open already has no name any more: it may be slipway's own, or where its output goes.
  if (path === undefined)
    return `what is written or read ${remedy}${who}; if it is slipway's own, ${elsewhere}`;
  const isOwn = [homePath(), cachePath()].some((folder) => path.startsWith(folder));
  return `${path} ${remedy}${who}${isOwn ? `; ${elsewhere}` : ""}`;
}
