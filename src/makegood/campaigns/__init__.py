"""Side door: awards to many accounts for one cause; audience, draw, waves, all within a budget."""
