"""One worker of a site: an index of its own numbers on a shared server, asked without pause until told to stop.

Commands come as lines: state, edit TEXT, first TEXT, stop. Each is answered with one line of JSON.
"""

import json
import random
import sys
import threading
import time
from typing import Any

from jishiban.kernel.search.embedded import EmbeddedIndex
from jishiban.kernel.search.fallback import WithFallback
from jishiban.kernel.search.milvus import MilvusIndex
from jishiban.kernel.search.tests.sentences import asked, doc, docs, sentences

HELD = 300


class Worker:
    """Fills the index, asks it in a thread, and counts what went wrong."""

    def __init__(self, url: str, first_number: int) -> None:
        self.first = MilvusIndex(url, "workers", patience=1.0)
        self.index = WithFallback(self.first, EmbeddedIndex(), pause=0.2)
        self.first_number = first_number
        self.texts = list(sentences()[:HELD])
        self.index.write(docs(self.texts, first_number))
        self.asked = self.failed = self.wrong = 0
        self.slowest = 0.0
        self.stopped = False

    def ask_on(self) -> None:
        chance = random.Random(self.first_number)
        while not self.stopped:
            n = chance.randrange(HELD)
            began = time.monotonic()
            try:
                found = self.index.recall(asked(self.texts[n]), 3)
                self.wrong += self.first_number + n not in [one for one, _score in found]
            except Exception as error:  # noqa: BLE001  # whatever it is, a question has failed
                print(repr(error), file=sys.stderr)
                self.failed += 1
            self.asked += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            time.sleep(0.01)

    def answer(self, command: str, text: str) -> Any:
        match command:
            case "state":
                return {
                    "whole": self.index.is_whole, "asked": self.asked, "failed": self.failed,
                    "wrong": self.wrong, "slowest": self.slowest,
                }  # fmt: skip
            case "edit":
                self.texts.append(text)
                self.index.write([doc(self.first_number + len(self.texts) - 1, text)])
                return self.index.recall(asked(text), 1)[0][0] - self.first_number
            case "first":
                return self.first.recall(asked(text), 1)[0][0] - self.first_number
        raise ValueError(command)


def main() -> None:
    worker = Worker(sys.argv[1], int(sys.argv[2]))
    asking = threading.Thread(target=worker.ask_on)
    asking.start()
    for line in sys.stdin:
        command, _, text = line.strip().partition(" ")
        if command == "stop":
            break
        print(json.dumps(worker.answer(command, text)), flush=True)
    worker.stopped = True
    asking.join()
    worker.index.close()


if __name__ == "__main__":
    main()
