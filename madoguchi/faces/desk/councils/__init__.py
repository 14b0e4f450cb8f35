"""会議: planning meetings, their agenda and papers, and publishing the minutes."""
