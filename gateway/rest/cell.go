package rest

// Cell is a text as a cell of a CSV answer: it keeps a table program from taking it for a
// formula (OWASP, CSV injection), for names are what people typed.
func Cell(cell string) string {
	if cell != "" && (cell[0] == '=' || cell[0] == '+' || cell[0] == '-' || cell[0] == '@' || cell[0] == '\t' || cell[0] == '\r') {
		return "'" + cell
	}
	return cell
}
