// Passwords writes the list of passwords that are refused because everybody tries
// them: those of the npm package @zxcvbn-ts/language-common (MIT), unpacked.
//
//	npm pack @zxcvbn-ts/language-common@4.1.3 && tar xzf zxcvbn-ts-language-common-4.1.3.tgz
//	go run ./deploy/tools/passwords package/src/passwords.json > persistence/common_passwords.txt
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// shortest is the length in bytes of what is kept: shorter words are refused by
// their length, whatever follows them.
const shortest = 4

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "passwords:", err)
		os.Exit(1)
	}
}

func run(args []string, to io.Writer) error {
	if len(args) != 1 {
		return errors.New("name the package's passwords.json")
	}
	raw, err := os.ReadFile(args[0]) //nolint:gosec // the developer names the file
	if err != nil {
		return err
	}
	var words []string
	if err := json.Unmarshal(raw, &words); err != nil {
		return fmt.Errorf("read %s: %w", args[0], err)
	}
	slices.Sort(words)
	out := bufio.NewWriter(to)
	for _, word := range slices.Compact(words) {
		if len(word) >= shortest {
			fmt.Fprintln(out, word)
		}
	}
	return out.Flush()
}
