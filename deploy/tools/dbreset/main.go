// Command dbreset deletes the data of the local server, the embedded database
// with them. A folder that a process is using is left alone.
package main

import (
	"cmp"
	"context"
	"fmt"
	"os"

	"github.com/prosa-chat/prosa/persistence"
)

func main() {
	dir := cmp.Or(os.Getenv("PROSA_DATA"), ".prosa")
	if err := persistence.RemoveEmbedded(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, "db/reset:", err)
		os.Exit(1)
	}
	fmt.Println("no data left of", dir)
}
