package rest

import (
	"strconv"

	"github.com/prosa-chat/prosa/gateway/problem"
)

func Version(text, field string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	v, err := strconv.ParseUint(text, 10, 62) // the database counts to 63 bits, and the one after a version is asked for
	if err != nil {
		return 0, problem.Field(field, "want a version")
	}
	return v, nil
}
