// Command dbreset deletes the data of the local server, the embedded database
// with them. A folder that a process is using is left alone.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/prosa-chat/prosa/persistence/embedded"
)

func main() {
	dir := cmp.Or(os.Getenv("PROSA_DATA"), ".prosa")
	if err := embedded.Remove(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, "db/reset:", err)
		if errors.Is(err, embedded.ErrDataInUse) {
			fmt.Fprintln(os.Stderr, "remedy: stop it first, with Ctrl-C where it runs")
		}
		os.Exit(1)
	}
	fmt.Println("no data left of", dir)
}
