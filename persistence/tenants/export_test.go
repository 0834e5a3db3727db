package tenants

// OwnedTables are the tables that an erasure goes through.
func OwnedTables() []string {
	var list []string
	for _, h := range owned() {
		list = append(list, h.table)
	}
	return list
}
