"""Selecting a contractor: draws that anyone can check, values that nobody can peek at."""
