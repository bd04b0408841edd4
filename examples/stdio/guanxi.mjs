// guanxi from Node: one process, a question on each line, answers in order.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Guanxi {
  #waiting = new Map();
  #next = 1;

  constructor(playbook, db, program = "guanxi") {
    const store = db === undefined ? [] : ["--db", db];
    this.child = spawn(program, ["stdio", "--playbook", playbook, ...store], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      const reply = JSON.parse(line);
      const { resolve, reject } = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (reply.faults) reject(new Error(reply.faults.map((fault) => fault.message).join("\n")));
      else resolve(reply.answer);
    });
    this.child.on("exit", (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`guanxi ended: ${code}`));
    });
  }

  ask(question) {
    const id = this.#next++;
    this.child.stdin.write(JSON.stringify({ id, ...question }) + "\n");
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  close() {
    this.child.stdin.end();
  }
}
